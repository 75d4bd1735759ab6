namespace Gatehouse.Gateway.Definitions;

/// <summary>What became of an act.</summary>
internal sealed record DefinitionOutcome
{
    /// <summary>What was done, in a sentence.</summary>
    public string? Done { get; private init; }

    /// <summary>Why nothing was done.</summary>
    public string? Refused { get; private init; }

    /// <summary>What to do about that.</summary>
    public string? Remedy { get; private init; }

    public static DefinitionOutcome Of(string done) => new() { Done = done };

    public static DefinitionOutcome Refuse(string refused, string remedy) => new() { Refused = refused, Remedy = remedy };
}
