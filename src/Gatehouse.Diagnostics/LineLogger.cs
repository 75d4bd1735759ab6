using Microsoft.Extensions.Logging;

namespace Gatehouse.Diagnostics;

/// <summary>Writes each event as one line: level, id, name, text.</summary>
/// <param name="write">Receives the lines.</param>
public sealed class LineLogger(Action<string> write) : ILogger
{
    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        write($"{LevelName(logLevel)} {eventId.Id} {eventId.Name}: {formatter(state, null)}");
    }

    /// <summary>The name of a level in a line.</summary>
    public static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
