namespace Gatehouse.Storage.Abstractions;

/// <summary>A command that was asked for on a person's machine, and whether it may be started.</summary>
/// <param name="Digest">The command's digest, of all its parts.</param>
/// <param name="Name">Name of the server that asked last.</param>
/// <param name="Content">The command in full, as JSON.</param>
/// <param name="IsApproved">True when a person has approved it.</param>
/// <param name="At">When it was asked for last, or approved.</param>
public sealed record CommandRow(string Digest, string Name, string Content, bool IsApproved, DateTimeOffset At)
{
    /// <summary>When the row is forgotten: never while it is approved.</summary>
    public DateTimeOffset Until => IsApproved ? DateTimeOffset.MaxValue : At + ICommandApprovalStore.AskedLife;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    public void Validate()
    {
        StoredText.Check(Digest, nameof(Digest));
        StoredText.Check(Name, nameof(Name));
        StoredText.CheckLong(Content, nameof(Content));
    }
}
