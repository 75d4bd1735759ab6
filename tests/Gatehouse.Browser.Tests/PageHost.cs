using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gatehouse.AuthorizationServer.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Browser.Tests;

/// <summary>A small server on loopback that serves the sample pages with their headers, and keeps what forms send to it.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication application = Build();

    /// <summary>Scheme, host and port.</summary>
    public string Origin => application.Urls.Single();

    /// <summary>The same server under another name: another origin to a browser.</summary>
    public string OtherOrigin => Origin.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>And under a third one.</summary>
    public string ThirdOrigin => Origin.Replace("127.0.0.1", "third.localhost", StringComparison.Ordinal);

    /// <summary>Forms that were posted: path, origin and fields.</summary>
    public ConcurrentQueue<string> Posted { get; } = new();

    public async Task StartAsync()
    {
        application.MapGet(Stylesheet.Path, (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = Stylesheet.CacheControl;
            return Results.Bytes(Stylesheet.Content.ToArray(), Stylesheet.MediaType);
        });
        application.MapGet("/page/{name}/{language}", (HttpContext context, string name, string language) =>
            WriteAsync(context, SamplePages.Render(name, Enum.Parse<PageLanguage>(language))));
        // Its target answers without content, so that the browser stays.
        application.MapGet("/forward/{language}", (HttpContext context, string language) => WriteAsync(context,
            ForwardPage.Render(new PageFrame(Enum.Parse<PageLanguage>(language), SamplePages.Host), new Uri(Origin + "/favicon.ico"))));
        application.MapGet("/injected", (HttpContext context) => WriteAsync(context, Injected()));
        application.MapGet("/frame", (HttpContext context) =>
            WriteAsync(context, $"<!doctype html><title>frame</title><iframe src=\"{Origin}{PathOf("consent", PageLanguage.English)}\"></iframe>", framing: true));
        application.MapGet("/favicon.ico", () => Results.NoContent());
        application.MapGet("/arrived", () => Results.Content("<!doctype html><title>arrived</title>", "text/html"));
        RequestDelegate decide = async context =>
        {
            var form = await context.Request.ReadFormAsync();
            Posted.Enqueue($"{context.Request.Path} {context.Request.Headers.Origin} "
                + string.Join('&', form.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}")));
            context.Response.Redirect("/arrived");
        };
        foreach (var form in (string[])["/oauth/{form}", "/connect"]) application.MapPost(form, decide);
        MapRedirects();
        await application.StartAsync();
    }

    /// <summary>Path of a sample page.</summary>
    public static string PathOf(string name, PageLanguage language) => $"/page/{name}/{language}";

    /// <summary>Paths of every page in a language.</summary>
    public static IEnumerable<string> PathsOf(PageLanguage language) =>
        SamplePages.Names.Select(name => PathOf(name, language)).Append($"/forward/{language}");

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }

    // What escaping might miss: a page with a script and a style in it must neither run nor show them.
    private static string Injected() => SamplePages.Render("consent", PageLanguage.English)
        .Replace("</main>", "<script>document.title = 'ran'</script><p id=\"styled\" style=\"color: rgb(1, 2, 3)\">x</p></main>", StringComparison.Ordinal);

    // The consent page with a form whose answer leads to the other name, or by way of it to the third: by redirects, or by the page that forwards.
    private void MapRedirects()
    {
        application.MapGet("/form", (HttpContext context, string listed, string hop) =>
            WriteAsync(context, SamplePages.Render("consent", PageLanguage.English).Replace("/oauth/consent", "/go?hop=" + hop, StringComparison.Ordinal),
                targets: listed == "yes" ? [new Uri(OtherOrigin)] : []));
        application.MapPost("/go", (HttpContext context, string hop) => hop switch
        {
            "once" => Redirect(context, OtherOrigin + "/arrived"),
            "twice" => Redirect(context, OtherOrigin + "/hop"),
            _ => WriteAsync(context, ForwardPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), new Uri(OtherOrigin + "/hop?code=a'b&state=\"c"))),
        });
        application.MapGet("/hop", (HttpContext context) => Redirect(context, $"{ThirdOrigin}/arrived{context.Request.QueryString}"));
    }

    private static Task Redirect(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, string page, bool framing = false, params Uri[] targets)
    {
        foreach (var (name, value) in PageHeaders.Of(targets)) context.Response.Headers[name] = value;
        if (framing) context.Response.Headers.ContentSecurityPolicy = "frame-src *";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page)).AsTask();
    }
}
