using System.Text.Json;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Identity.Issuers;

/// <summary>An answer of a provider that is not the document that was asked for.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Words">The observation, in some words.</param>
internal sealed record UnusableDocument(UnusableDocumentCause Cause, string Words)
{
    private const int Ok = 200, TooMany = 429;

    /// <summary>Returns what is wrong with an answer; null where it is JSON that the gateway reads.</summary>
    /// <param name="document">The answer.</param>
    /// <param name="root">The JSON.</param>
    public static UnusableDocument? Of(FetchedDocument document, out JsonElement root)
    {
        root = default;
        return document.StatusCode switch
        {
            Ok => OfBody(document.Body, out root),
            >= 500 or TooMany => OfStatus(document, UnusableDocumentCause.ProviderFault),
            401 or 403 => OfStatus(document, UnusableDocumentCause.Forbidden),
            >= 300 and < 400 => OfStatus(document, UnusableDocumentCause.Redirect),
            _ => OfStatus(document, UnusableDocumentCause.NotThere),
        };
    }

    private static UnusableDocument OfStatus(FetchedDocument document, UnusableDocumentCause cause) => new(cause, $"status {document.StatusCode}");

    private static UnusableDocument? OfBody(ReadOnlyMemory<byte> body, out JsonElement root)
    {
        var fault = StrictJson.Parse(body, out root);
        if (fault == StrictJsonFault.None) return null;
        var text = body.Span.TrimStart("\ufeff \t\r\n"u8);
        if (text.IsEmpty) return new UnusableDocument(UnusableDocumentCause.Empty, "an empty answer");
        return text[0] == (byte)'<'
            ? new UnusableDocument(UnusableDocumentCause.WebPage, "a web page (HTML or XML) in place of JSON")
            : new UnusableDocument(UnusableDocumentCause.NotStrictJson, $"not strict JSON ({fault})");
    }
}

/// <summary>
/// The cause of an unusable answer, the nearest first: where a provider has several addresses and each answers something else, the nearest cause
/// counts.
/// </summary>
internal enum UnusableDocumentCause
{
    /// <summary>The provider has a fault or is overloaded.</summary>
    ProviderFault,

    /// <summary>Another service answers with a page.</summary>
    WebPage,

    /// <summary>The answer has no content.</summary>
    Empty,

    /// <summary>The answer is no JSON that the gateway reads.</summary>
    NotStrictJson,

    /// <summary>The address demands a sign-in.</summary>
    Forbidden,

    /// <summary>The address redirects.</summary>
    Redirect,

    /// <summary>The address has no such document.</summary>
    NotThere,
}
