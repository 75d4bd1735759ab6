using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A classifier that finds a quiet attack. A text with <c>silence</c>, <c>nonsense</c> or <c>break</c> makes it give no answer, a wrong one, or break
/// the connection.
/// </summary>
internal sealed class FailingClassifier : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();

    public Uri Url => new(web.Urls.First());

    public static async Task<FailingClassifier> StartAsync(RangeFixture fixture)
    {
        var classifier = fixture.Own(new FailingClassifier());
        classifier.web.Run(HandleAsync);
        await classifier.web.StartAsync().ConfigureAwait(false);
        return classifier;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var asked = await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        if (asked.Contains("silence", StringComparison.Ordinal))
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        else if (asked.Contains("nonsense", StringComparison.Ordinal))
            await context.Response.WriteAsync("{\"results\":[{\"attack\":\"no\"}]}").ConfigureAwait(false);
        else if (asked.Contains("break", StringComparison.Ordinal)) context.Abort();
        else
            await context.Response.WriteAsync(asked.Contains("parcel", StringComparison.Ordinal) ? "{\"results\":[{\"attack\":0.97}]}"
                : "{\"results\":[{\"attack\":0.02}]}").ConfigureAwait(false);
    }
}
