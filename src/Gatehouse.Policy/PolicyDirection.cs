namespace Gatehouse.Policy;

/// <summary>The direction of a request. A rule that names no direction is only about calls and lists (AZ-07).</summary>
public enum PolicyDirection
{
    /// <summary>The client uses something of the server.</summary>
    Calls,

    /// <summary>A list of the server shows something to the client.</summary>
    Lists,

    /// <summary>The server asks the client's model (<c>sampling/createMessage</c>), as a request or inside a result.</summary>
    Sampling,

    /// <summary>The server asks the person at the client (<c>elicitation/create</c>), as a request or inside a result.</summary>
    Elicitation,

    /// <summary>The server asks for the client's folders (<c>roots/list</c>), as a request or inside a result.</summary>
    Roots,

    /// <summary>The server sends log messages, and the client sets their level (<c>logging/setLevel</c>).</summary>
    Logging,

    /// <summary>A person answers the question whether the gateway may carry out a call.</summary>
    Approvals,
}
