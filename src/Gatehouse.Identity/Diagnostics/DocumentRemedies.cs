using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Diagnostics;

/// <summary>The remedies for answers that are not the document that was asked for, by their cause.</summary>
internal static class DocumentRemedies
{
    /// <summary>Returns the remedy; null where the address has no such document, for which each kind of document has a remedy of its own.</summary>
    /// <param name="cause">The cause.</param>
    /// <param name="words">The words for the use of the provider.</param>
    public static string? Of(UnusableDocumentCause cause, ExaminationWords words) => cause switch
    {
        UnusableDocumentCause.ProviderFault =>
            "The provider has a fault of its own or is overloaded. Look at its status page or its log, or ask its administrator, and run this command again. "
                + words.OutageEffect,
        UnusableDocumentCause.WebPage =>
            "Another service answers there: a sign-in page, a console, a proxy or a portal of the network. Open the address on this machine without a sign-in: it has to "
                + "show JSON. Let the proxy pass the request, or correct the address: 'issuer' for the metadata, 'jwks_uri' in the provider's metadata for the keys.",
        UnusableDocumentCause.Empty => "Ask the provider's administrator: the address answers, and has no document.",
        UnusableDocumentCause.NotStrictJson =>
            "Ask the provider's administrator, and name the fault: the document is cut, has a repeated member, or is no JSON.",
        UnusableDocumentCause.Forbidden =>
            "The address demands a sign-in, or a firewall in front of it refuses this machine. Let it answer without a sign-in: these documents are public.",
        UnusableDocumentCause.Redirect =>
            "The gateway follows no redirect. Write the address that the redirect names, as 'issuer' or as 'metadata'; or, for keys, let the provider name that address as "
                + "'jwks_uri' in its metadata.",
        _ => null,
    };
}
