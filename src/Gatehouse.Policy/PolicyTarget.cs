namespace Gatehouse.Policy;

/// <summary>The kind of target of a request, which selects the list of a rule.</summary>
public enum PolicyTarget
{
    /// <summary>The request names nothing: a list, a handshake, a notification.</summary>
    None,

    /// <summary>A tool, by name.</summary>
    Tool,

    /// <summary>A prompt, by name.</summary>
    Prompt,

    /// <summary>A resource, by URI.</summary>
    Resource,
}
