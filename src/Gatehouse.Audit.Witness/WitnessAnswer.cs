namespace Gatehouse.Audit.Witness;

/// <summary>The answer of a witness, as HTTP carries it.</summary>
/// <param name="Status">The status code of HTTP.</param>
/// <param name="Body">The body. It ends with a line feed.</param>
public sealed record WitnessAnswer(int Status, string Body)
{
    /// <summary>The type of the body of a conflict: only the size (C2SP tlog-witness, "add-checkpoint").</summary>
    public const string SizeType = "text/x.tlog.size";

    /// <summary>True where a known log signed the checkpoint of the request: its sender is no stranger, or sends what the log made public.</summary>
    public bool IsOfLog { get; init; }

    /// <summary>The type of the body.</summary>
    public string ContentType { get; init; } = "text/plain; charset=utf-8";
}
