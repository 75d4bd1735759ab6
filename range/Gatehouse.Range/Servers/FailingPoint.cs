using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A decision point by OpenID AuthZEN that permits everything but a call of <c>transfer</c>, which overloads it: the first question about one is
/// never answered, the second is answered with nonsense, the third breaks the connection, and so on. Questions about lists are answered, so that the
/// session of the attacker begins.
/// </summary>
internal sealed class FailingPoint : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private int hard;

    public Uri Url => new(web.Urls.First());

    public static async Task<FailingPoint> StartAsync(RangeFixture fixture)
    {
        var point = fixture.Own(new FailingPoint());
        point.web.Run(point.HandleAsync);
        await point.web.StartAsync().ConfigureAwait(false);
        return point;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var question = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
        var root = question.RootElement;
        var text = root.GetRawText();
        if (text.Contains("transfer", StringComparison.Ordinal) && !text.Contains("\"lists\"", StringComparison.Ordinal))
            await FailAsync(context).ConfigureAwait(false);
        else
            await SayAsync(context, root.TryGetProperty("evaluations", out var list) ? Permits(list.GetArrayLength()) : "{\"decision\":true}")
                .ConfigureAwait(false);
    }

    private async Task FailAsync(HttpContext context)
    {
        switch (Interlocked.Increment(ref hard) % 3)
        {
            case 1:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
                break;
            case 2:
                await SayAsync(context,
                    "{\"decision\":\"no\",\"evaluations\":[{\"decision\":false,\"decision\":true},{\"decision\":\"yes\"},{\"decision\":true}]}").ConfigureAwait(false);
                break;
            default:
                context.Abort();
                break;
        }
    }

    private static string Permits(int count) => $"{{\"evaluations\":[{string.Join(',', Enumerable.Repeat("{\"decision\":true}", count))}]}}";

    private static Task SayAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
