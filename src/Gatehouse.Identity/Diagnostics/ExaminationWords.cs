namespace Gatehouse.Identity.Diagnostics;

/// <summary>
/// The words of findings that depend on the use of a provider. An issuer signs access tokens and has settings for them. A sign-in provider signs ID
/// tokens, and the configuration has no such settings for it.
/// </summary>
internal sealed record ExaminationWords
{
    /// <summary>The words for an issuer of access tokens.</summary>
    public static readonly ExaminationWords OfIssuer = new()
    {
        Tokens = "access tokens",
        NothingWorks = "The gateway refuses every token of the issuer",
        ClockRemedy = "'clockSkew' can tolerate up to 300 s.",
        NoKeysRemedy = "Tokens that are not JWTs need 'introspection'.",
        AlgorithmRemedy = "List the provider's algorithm in 'algorithms', or let the provider sign",
        OutageEffect = "Meanwhile the gateway uses the keys that it has, for 'staleKeys'. After that it refuses tokens of the issuer (GH2004).",
    };

    /// <summary>The words for a provider at which people sign in.</summary>
    public static readonly ExaminationWords OfSignIn = new()
    {
        Tokens = "ID tokens",
        NothingWorks = "No person can sign in there",
        AlgorithmRemedy = "Let the provider sign ID tokens",
        OutageEffect = "People who are signed in stay signed in. No other person can sign in there until it works again.",
    };

    /// <summary>The tokens that the provider signs.</summary>
    public required string Tokens { get; init; }

    /// <summary>The effect of a fault that concerns every token, without its full stop.</summary>
    public required string NothingWorks { get; init; }

    /// <summary>The further remedy for different clocks, as a sentence; null for none.</summary>
    public string? ClockRemedy { get; init; }

    /// <summary>The further remedy for metadata without an address of keys, as a sentence; null for none.</summary>
    public string? NoKeysRemedy { get; init; }

    /// <summary>The beginning of the remedy for keys that no accepted algorithm can use.</summary>
    public required string AlgorithmRemedy { get; init; }

    /// <summary>The effect of an outage of the provider, in sentences.</summary>
    public required string OutageEffect { get; init; }

    /// <summary>Joins sentences, of which those that a use does not have are null.</summary>
    /// <param name="sentences">The sentences, each with its full stop.</param>
    public static string Join(params ReadOnlySpan<string?> sentences)
    {
        var words = new List<string>(sentences.Length);
        foreach (var sentence in sentences)
        {
            if (sentence is not null) words.Add(sentence);
        }

        return string.Join(' ', words);
    }
}
