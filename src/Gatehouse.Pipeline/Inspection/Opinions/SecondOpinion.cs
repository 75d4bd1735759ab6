namespace Gatehouse.Pipeline.Inspection.Opinions;

/// <summary>The opinion of a service.</summary>
internal sealed record SecondOpinion
{
    /// <summary>The reason of a failure, a word of the record such as <c>timeout</c>; null where the service has an opinion.</summary>
    public string? Failure { get; init; }

    /// <summary>Cause and remedy of a failure, for an operator, in words of this program; null where the word says all.</summary>
    public string? Cause { get; init; }

    /// <summary>True when a text is an attack: instructions to a model.</summary>
    public bool IsAttack { get; init; }

    /// <summary>Categories of harm, block lists and custom categories that a text is in, such as <c>violence:4</c>.</summary>
    public IReadOnlyList<string> Harm { get; init; } = [];

    /// <summary>True when the service was asked about the same texts before.</summary>
    public bool IsKept { get; init; }

    /// <summary>Returns that there is no opinion.</summary>
    public static SecondOpinion Failed(string reason) => new() { Failure = reason };
}
