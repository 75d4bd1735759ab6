namespace Gatehouse.Identity.Diagnostics;

/// <summary>
/// The words of findings that depend on the use of a provider. An issuer signs access tokens and has settings for them. A sign-in provider signs ID
/// tokens, and the configuration has no such settings for it.
/// </summary>
/// <param name="Tokens">The tokens that the provider signs.</param>
/// <param name="NothingWorks">The effect of a fault that concerns every token, without its full stop.</param>
/// <param name="ClockRemedy">The further remedy for different clocks, as a sentence; empty for none.</param>
/// <param name="NoKeysRemedy">The further remedy for metadata without an address of keys, as a sentence; empty for none.</param>
/// <param name="AlgorithmRemedy">The beginning of the remedy for keys that no accepted algorithm can use.</param>
/// <param name="OutageEffect">The effect of an outage of the provider, in sentences.</param>
internal sealed record ExaminationWords(
    string Tokens, string NothingWorks, string ClockRemedy, string NoKeysRemedy, string AlgorithmRemedy, string OutageEffect)
{
    /// <summary>The words for an issuer of access tokens.</summary>
    public static readonly ExaminationWords OfIssuer = new(
        "access tokens", "The gateway refuses every token of the issuer", " 'clockSkew' can tolerate up to 300 s.",
        " Tokens that are not JWTs need 'introspection'.", "List the provider's algorithm in 'algorithms', or let the provider sign",
        "Meanwhile the gateway uses the keys that it has, for 'staleKeys'. After that it refuses tokens of the issuer (GH2004).");

    /// <summary>The words for a provider at which people sign in.</summary>
    public static readonly ExaminationWords OfSignIn = new(
        "ID tokens", "No person can sign in there", "", "", "Let the provider sign ID tokens",
        "People who are signed in stay signed in. No other person can sign in there until it works again.");
}
