namespace Gatehouse.Pipeline.Capabilities;

/// <summary>The capabilities of a server to send messages in addition to answers.</summary>
[Flags]
public enum ServerCapabilities
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Log messages: <c>logging</c>.</summary>
    Logging = 1,

    /// <summary>Notifications that its tools changed: <c>tools.listChanged</c>.</summary>
    ToolsChanged = 2,

    /// <summary>Notifications that its prompts changed: <c>prompts.listChanged</c>.</summary>
    PromptsChanged = 4,

    /// <summary>Notifications that its resources changed: <c>resources.listChanged</c>.</summary>
    ResourcesChanged = 8,

    /// <summary>Notifications that a resource was updated: <c>resources.subscribe</c>.</summary>
    Updates = 16,
}
