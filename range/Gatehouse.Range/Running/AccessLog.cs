using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Range.Running;

/// <summary>The lines that a system under attack writes for its operators.</summary>
internal sealed class AccessLog : ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    /// <summary>Returns all lines.</summary>
    public string Text => string.Join('\n', lines);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{formatter(state, exception)} {exception}");

    /// <summary>Writes a request and its answer whole, as a server does whose log is to help with faults.</summary>
    public async Task RecordAsync(HttpContext context, Func<Task> answer)
    {
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request).ConfigureAwait(false);
        context.Request.Body = new MemoryStream(request.ToArray());
        var real = context.Response.Body;
        using var response = new MemoryStream();
        context.Response.Body = response;
        await answer().ConfigureAwait(false);
        context.Response.Body = real;
        await real.WriteAsync(response.ToArray()).ConfigureAwait(false);
        lines.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {Encoding.UTF8.GetString(request.ToArray())}"
            + $" -> {context.Response.StatusCode} {context.Response.Headers.Location} {Encoding.UTF8.GetString(response.ToArray())}");
    }
}
