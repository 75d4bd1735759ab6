using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>
/// An answer of a provider that is not the document that was asked for, and its remedy. The cause with the smaller number is the nearer one: where a
/// provider has several addresses and each answers something else, its remedy is given.
/// </summary>
/// <param name="Cause">The number of the cause.</param>
/// <param name="Words">The observation, in some words.</param>
/// <param name="Remedy">The remedy; null where the address has no such document, for which each kind of document has a remedy of its own.</param>
internal sealed record UnusableDocument(int Cause, string Words, string? Remedy)
{
    private const int Ok = 200, TooMany = 429;

    /// <summary>Returns what is wrong with an answer; null where it is JSON that the gateway reads.</summary>
    public static UnusableDocument? Of(FetchedDocument document) => document.StatusCode switch
    {
        Ok => OfBody(document.Body),
        >= 500 or TooMany => new UnusableDocument(0, $"status {document.StatusCode}",
            "The provider has a fault of its own or is overloaded. Look at its status page or its log, or ask its administrator, and run this command again. "
                + "Meanwhile the gateway uses the keys that it has, for 'staleKeys'. After that it refuses tokens of the issuer (GH2004)."),
        401 or 403 => new UnusableDocument(3, $"status {document.StatusCode}",
            "The address demands a sign-in, or a firewall in front of it refuses this machine. Let it answer without a sign-in: these documents are public."),
        >= 300 and < 400 => new UnusableDocument(4, $"status {document.StatusCode}",
            "The gateway follows no redirect. Write the address that the redirect names, as 'issuer' or as 'metadata'; or, for keys, let the provider name that address as "
                + "'jwks_uri' in its metadata."),
        _ => new UnusableDocument(5, $"status {document.StatusCode}", null),
    };

    private static UnusableDocument? OfBody(ReadOnlyMemory<byte> body)
    {
        var fault = StrictJson.Parse(body, out _);
        if (fault == StrictJsonFault.None) return null;
        var text = body.Span.TrimStart("\ufeff \t\r\n"u8);
        if (text.IsEmpty)
            return new UnusableDocument(2, "an empty answer", "Ask the provider's administrator: the address answers, and has no document.");
        return text[0] == (byte)'<'
            ? new UnusableDocument(1, "a web page (HTML or XML) in place of JSON",
                "Another service answers there: a sign-in page, a console, a proxy or a portal of the network. Open the address on this machine without a sign-in: it has to "
                    + "show JSON. Let the proxy pass the request, or correct the address: 'issuer' for the metadata, 'jwks_uri' in the provider's metadata for the keys.")
            : new UnusableDocument(2, $"not strict JSON ({fault})",
                "Ask the provider's administrator, and name the fault: the document is cut, has a repeated member, or is no JSON.");
    }
}
