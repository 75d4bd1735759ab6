using System.Diagnostics.Tracing;

namespace Gatehouse.Bench.Micro;

/// <summary>
/// Counts the async methods that did not end in one go: each has an object of its own from then on. The runtime reports them as beginnings of
/// operations of the source of tasks.
/// </summary>
internal sealed class SuspendedMethods : EventListener
{
    private const EventKeywords AsyncCausalityOperation = (EventKeywords)8;
    private const string Prefix = "Async: ";

    private readonly List<string> names = [];

    /// <summary>Returns their names in the order of suspension, and empties the list.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (names)
        {
            List<string> taken = [.. names];
            names.Clear();
            return taken;
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Threading.Tasks.TplEventSource") EnableEvents(eventSource, EventLevel.Informational, AsyncCausalityOperation);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName != "TraceOperationBegin" || eventData.Payload?[1] is not string name) return;
        if (!name.StartsWith(Prefix + "<", StringComparison.Ordinal)) return;
        lock (names) names.Add(name[(Prefix.Length + 1)..].Split('>')[0]); // the compiler names the state machine "<Method>d__7"
    }
}
