using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Decisions;

/// <summary>
/// A decision point on loopback that holds its askers to the contract of OpenID AuthZEN Authorization API 1.0: what is not as the
/// specification says is answered with 400 and remembered as a breach. It decides by a function, or answers by script.
/// </summary>
internal sealed class StandInPoint : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly ConcurrentQueue<JsonElement> asked = new();
    private readonly ConcurrentQueue<string> breaches = new();
    private readonly ConcurrentQueue<string> paths = new();

    private StandInPoint(WebApplication web) => this.web = web;

    public Uri Url => new(web.Urls.First());

    /// <summary>Bodies of the questions, in order.</summary>
    public IReadOnlyList<JsonElement> Asked => [.. asked];

    /// <summary>What an asker did that the contract does not allow.</summary>
    public IReadOnlyList<string> Breaches => [.. breaches];

    /// <summary>Paths that were asked for.</summary>
    public IReadOnlyList<string> Paths => [.. paths];

    /// <summary>Decides one question: all four parts are in the element.</summary>
    public Func<JsonElement, bool> Decide { get; set; } = static _ => true;

    /// <summary>Answers in the place of the decision.</summary>
    public Func<HttpContext, JsonElement, Task>? Script { get; set; }

    /// <summary>The value of Authorization without which nobody may ask; null asks for none.</summary>
    public string? Credential { get; set; }

    public static async Task<StandInPoint> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => { if (certificate is not null) l.UseHttps(certificate); }));
        var point = new StandInPoint(builder.Build());
        point.web.Run(point.HandleAsync);
        await point.web.StartAsync();
        return point;
    }

    /// <summary>Answers with a text as JSON.</summary>
    public static Task Json(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (await ProbeRequests.RefuseAsync(context)) return;
        paths.Enqueue(context.Request.Path.Value!);
        if (context.Request.Method == "GET")
        {
            await (Script ?? throw new InvalidOperationException("nobody asked for metadata")).Invoke(context, default);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var question = JsonDocument.Parse(body.ToArray()).RootElement;
        if (Breach(context, question) is { } breach)
        {
            breaches.Enqueue(breach);
            context.Response.StatusCode = 400;
            return;
        }

        asked.Enqueue(question);
        context.Response.Headers["X-Request-ID"] = context.Request.Headers["X-Request-ID"];
        if (Script is { } script) await script(context, question);
        else await Json(context, Answer(context, question));
    }

    private string Answer(HttpContext context, JsonElement question) => context.Request.Path == "/access/v1/evaluation"
        ? Verdict(question)
        : $"{{\"evaluations\":[{string.Join(',', question.GetProperty("evaluations").EnumerateArray().Select(entry => Verdict(Merge(question, entry))))}]}}";

    private string Verdict(JsonElement question) => Decide(question) ? "{\"decision\":true}" : "{\"decision\":false}";

    private string? Breach(HttpContext context, JsonElement question)
    {
        if (context.Request.ContentType != "application/json") return "content type";
        if (context.Request.Headers["X-Request-ID"].Count != 1) return "no request id";
        if (Credential is { } credential && context.Request.Headers.Authorization != credential) return "credential";
        return context.Request.Path.Value switch
        {
            "/access/v1/evaluation" => PartBreach(question),
            "/access/v1/evaluations" when question.GetProperty("options").GetProperty("evaluations_semantic").GetString() != "execute_all" =>
                "semantic",
            "/access/v1/evaluations" => question.GetProperty("evaluations").EnumerateArray().Select(entry => PartBreach(Merge(question, entry)))
                .FirstOrDefault(fault => fault is not null),
            _ => "path",
        };
    }

    private static string? PartBreach(JsonElement question)
    {
        (string Part, string Name)[] needed = [("subject", "type"), ("subject", "id"), ("action", "name"), ("resource", "type"), ("resource", "id")];
        foreach (var (part, name) in needed)
        {
            if (!question.TryGetProperty(part, out var value) || !value.TryGetProperty(name, out var text) || text.ValueKind != JsonValueKind.String
                || text.GetString()!.Length == 0) return $"{part}.{name}";
        }

        return question.EnumerateObject().Any(member => member.Value.ValueKind == JsonValueKind.Null) ? "null" : null;
    }

    private static JsonElement Merge(JsonElement defaults, JsonElement entry)
    {
        var merged = defaults.EnumerateObject().Where(m => m.Name is not ("evaluations" or "options")).ToDictionary(m => m.Name, m => m.Value);
        foreach (var member in entry.EnumerateObject()) merged[member.Name] = member.Value;
        return JsonSerializer.SerializeToElement(merged);
    }
}
