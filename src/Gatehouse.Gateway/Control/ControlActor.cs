using Gatehouse.Identity;

namespace Gatehouse.Gateway.Control;

/// <summary>Who was proven to be behind an act on the control socket, and why the proof was not enough; for the entry of the act.</summary>
internal sealed class ControlActor
{
    /// <summary>The person or program of a genuine administration token; null where there was none.</summary>
    public VerifiedToken? Admin { get; set; }

    /// <summary>Why the proof was not enough; null while it was, or none was needed.</summary>
    public string? Why { get; set; }
}
