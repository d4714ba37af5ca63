package io.breakwater.admin.pages;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.AbstractConfigurableTemplateResolver;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import org.thymeleaf.templateresolver.FileTemplateResolver;

/// The Thymeleaf engine. Templates come from the jar and are parsed once, or live from a folder
/// while somebody works on them.
final class Templates {
    private final TemplateEngine engine = new TemplateEngine();

    Templates(@Nullable Path webDir) {
        AbstractConfigurableTemplateResolver resolver;
        if (webDir == null) {
            resolver = new ClassLoaderTemplateResolver(Templates.class.getClassLoader());
            resolver.setPrefix("web/templates/");
        } else {
            resolver = new FileTemplateResolver();
            resolver.setPrefix(webDir.resolve("templates").toAbsolutePath() + "/");
        }
        resolver.setSuffix(".html");
        resolver.setTemplateMode(TemplateMode.HTML);
        resolver.setCharacterEncoding("UTF-8");
        resolver.setCacheable(webDir == null);
        engine.setTemplateResolver(resolver);
    }

    /// Renders a template.
    String render(String template, Map<String, Object> variables) {
        return engine.process(template, new Context(Locale.ENGLISH, variables));
    }
}
