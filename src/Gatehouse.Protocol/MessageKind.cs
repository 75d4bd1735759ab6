namespace Gatehouse.Protocol;

/// <summary>The four shapes of a JSON-RPC 2.0 message (JSON-RPC 2.0, sections 4 and 5).</summary>
public enum MessageKind
{
    /// <summary>Has a method and an id: it expects one answer.</summary>
    Request,

    /// <summary>Has a method and no id: it expects no answer.</summary>
    Notification,

    /// <summary>Has a result and the id of the request it answers.</summary>
    Result,

    /// <summary>Has an error, and the id of the request it answers where that was readable.</summary>
    Error,
}
