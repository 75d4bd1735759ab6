using Microsoft.Extensions.Logging;

namespace Gatehouse.Testing;

/// <summary>A log that gives a test the text of each event, without its level and id.</summary>
/// <param name="write">Receives the texts.</param>
public sealed class EventTexts(Action<string> write) : ILogger
{
    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        write(formatter(state, exception));
    }
}
