namespace Gatehouse.Range.Servers;

/// <summary>The place of the protocol in which a server hands out a text.</summary>
internal enum TextPlace
{
    /// <summary>The result of a tool that reads mail.</summary>
    Mail,

    /// <summary>The result of a tool that fetches a page: an embedded resource.</summary>
    Page,

    /// <summary>The result of a tool that reads a file.</summary>
    File,

    /// <summary>A row in the structured result of a query.</summary>
    Row,

    /// <summary>The result of a tool that says that it failed.</summary>
    ToolError,

    /// <summary>An error of the protocol.</summary>
    Error,

    /// <summary>The content of a resource.</summary>
    Resource,

    /// <summary>A message of a prompt.</summary>
    Prompt,

    /// <summary>A value that completes an argument.</summary>
    Completion,

    /// <summary>A log message during a call.</summary>
    LogMessage,

    /// <summary>The progress of a call.</summary>
    Progress,

    /// <summary>A message that the client's model is asked to answer.</summary>
    Sampling,

    /// <summary>A question to the person.</summary>
    Elicitation,

    /// <summary>A member of the message beside its result, which JSON-RPC does not name.</summary>
    BesideResult,
}
