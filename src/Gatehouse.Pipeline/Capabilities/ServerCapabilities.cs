namespace Gatehouse.Pipeline.Capabilities;

/// <summary>What a server says of itself that it will send besides answers.</summary>
[Flags]
public enum ServerCapabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Log messages: <c>logging</c>.</summary>
    Logging = 1,

    /// <summary>That its tools changed: <c>tools.listChanged</c>.</summary>
    ToolsChanged = 2,

    /// <summary>That its prompts changed: <c>prompts.listChanged</c>.</summary>
    PromptsChanged = 4,

    /// <summary>That its resources changed: <c>resources.listChanged</c>.</summary>
    ResourcesChanged = 8,

    /// <summary>That a resource was updated: <c>resources.subscribe</c>.</summary>
    Updates = 16,
}
