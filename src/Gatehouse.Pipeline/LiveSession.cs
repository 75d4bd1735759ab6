using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>
/// What is live of a session in this process: its requests under way (T37) and the questions of the server that wait
/// for the client's answer (L18, X11). Bounded; safe for concurrent use.
/// </summary>
public sealed class LiveSession
{
    /// <summary>Questions of the server that may wait at once.</summary>
    public const int MaxQuestions = 64;

    /// <summary>Calls of tools with an output schema that are remembered.</summary>
    public const int MaxCalls = 64;

    private readonly Lock gate = new();
    private readonly HashSet<JsonRpcId> underWay = [];
    private readonly HashSet<JsonRpcId> questions = [];
    private bool rootsAnnounced;
    private readonly Dictionary<JsonRpcId, ToolDefinition> calls = [];
    private readonly Queue<JsonRpcId> callOrder = new();

    /// <summary>What the session's owner was told of the lists.</summary>
    public ToldLists Lists { get; } = new();

    /// <summary>What the session's owner was told of definitions.</summary>
    public ToldDefinitions Definitions { get; } = new();

    /// <summary>What the session subscribed to.</summary>
    public ResourceSubscriptions Subscriptions { get; } = new();

    /// <summary>What the server declared when the session began; null in a session that another process began.</summary>
    public ServerCapabilities? Declared { get; set; }

    /// <summary>Number of requests under way.</summary>
    public int UnderWay
    {
        get
        {
            lock (gate) return underWay.Count;
        }
    }

    /// <summary>Marks a request as under way; false when its id already is.</summary>
    public bool TryBegin(JsonRpcId id)
    {
        lock (gate) return underWay.Add(id);
    }

    /// <summary>Notes which tool a request calls, for an answer that comes on a resumed stream. The last <see cref="MaxCalls"/> are known.</summary>
    public void NoteCall(JsonRpcId id, ToolDefinition tool)
    {
        lock (gate)
        {
            if (!calls.ContainsKey(id)) callOrder.Enqueue(id = id.Detach());
            calls[id] = tool;
            if (callOrder.Count > MaxCalls) calls.Remove(callOrder.Dequeue());
        }
    }

    /// <summary>The tool that the request called; null when it is not known here any more.</summary>
    public ToolDefinition? ToolOf(JsonRpcId id)
    {
        lock (gate) return calls.GetValueOrDefault(id);
    }

    /// <summary>The request has ended.</summary>
    public void End(JsonRpcId id)
    {
        lock (gate) underWay.Remove(id);
    }

    /// <summary>
    /// Notes a question of the server; false when no request of the client is under way (nobody asked for it, X11) or
    /// too many questions wait.
    /// </summary>
    public bool TryAsk(JsonRpcId id)
    {
        lock (gate) return underWay.Count > 0 && questions.Count < MaxQuestions && questions.Add(id);
    }

    /// <summary>
    /// The client said that it is there, or that its folders changed: the server may ask for them once without a request under
    /// way, because that is what such a message invites to (MCP 2025-11-25, roots).
    /// </summary>
    public void AnnounceRoots()
    {
        lock (gate) rootsAnnounced = true;
    }

    /// <summary>Notes the question for the folders that an announcement invited to; false when there was none, or it was used.</summary>
    public bool TryAskRoots(JsonRpcId id)
    {
        lock (gate)
        {
            if (!rootsAnnounced || questions.Count >= MaxQuestions || !questions.Add(id)) return false;
            rootsAnnounced = false;
            return true;
        }
    }

    /// <summary>True while the question waits for an answer.</summary>
    public bool IsAsked(JsonRpcId id)
    {
        lock (gate) return questions.Contains(id);
    }

    /// <summary>Takes the question that a client's response answers; false when none waits.</summary>
    public bool TryAnswer(JsonRpcId id)
    {
        lock (gate) return questions.Remove(id);
    }
}
