namespace Gatehouse.Integrity.Locks;

/// <summary>A person's approval that a definition may be seen.</summary>
/// <param name="By">The person.</param>
/// <param name="At">The moment, to the second.</param>
/// <param name="Reason">The reason, in their words.</param>
public sealed record Approval(string By, DateTimeOffset At, string Reason)
{
    /// <summary>The end of the approval, to the second; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Detached signatures, where several people must agree.</summary>
    public IReadOnlyList<ApprovalSignature> Signatures { get; init; } = [];
}

/// <summary>A signature over <see cref="ApprovalStatement"/>.</summary>
/// <param name="Key">The name of the key in the configuration.</param>
/// <param name="Value">ECDSA P-256 with SHA-256, r and s joined (64 bytes), in base64url without padding.</param>
public sealed record ApprovalSignature(string Key, string Value);
