namespace Gatehouse.Pipeline.Capabilities;

/// <summary>The capabilities that a client declared; the server may ask for nothing else (H07, AZ-07).</summary>
[Flags]
public enum ClientCapabilities
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Sampling.</summary>
    Sampling = 1,

    /// <summary>Elicitation by form.</summary>
    Elicitation = 2,

    /// <summary>Roots.</summary>
    Roots = 4,

    /// <summary>Elicitation by URL.</summary>
    UrlElicitation = 8,

    /// <summary>The tasks extension.</summary>
    Tasks = 16,

    /// <summary>Tools within sampling.</summary>
    SamplingTools = 32,
}
