namespace Gatehouse.Policy;

/// <summary>What kind of thing a request names, and so which list of a rule is asked.</summary>
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
