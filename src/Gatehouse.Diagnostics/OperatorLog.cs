using System.Collections;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Diagnostics;

/// <summary>Writes events for the operator to an <see cref="ILogger"/>, one line an event, with its values by name for structured sinks.</summary>
public static class OperatorLog
{
    /// <summary>Writes an event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="happened">The event.</param>
    /// <param name="values">Its values, in the order of its text.</param>
    public static void Write(this ILogger log, OperatorEvent happened, params LogValue[] values)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(happened);
        ArgumentNullException.ThrowIfNull(values);
        log.Log(happened.Level, new EventId(happened.Id, happened.Name), new State(happened, values), null, static (state, _) => state.ToString());
    }

    private sealed class State(OperatorEvent happened, LogValue[] values) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => happened.Values.Count + 1;

        public KeyValuePair<string, object?> this[int index] => index == happened.Values.Count
            ? KeyValuePair.Create("{OriginalFormat}", (object?)happened.Text)
            : KeyValuePair.Create(happened.Values[index], (object?)ValueAt(index));

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var at = 0; at < Count; at++) yield return this[at];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString()
        {
            var line = new StringBuilder();
            var text = happened.Text.AsSpan();
            for (var at = 0; text.IndexOf('{') is >= 0 and var open; at++)
            {
                line.Append(text[..open]).Append(ValueAt(at));
                text = text[(text.IndexOf('}') + 1)..];
            }

            return line.Append(text).ToString();
        }

        private string ValueAt(int index) => index < values.Length ? values[index].ToString() : "?";
    }
}
