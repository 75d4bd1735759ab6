using System.Collections.Frozen;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The words of faults in the audit log. They do not change when a field of the code is renamed.</summary>
internal static class PageFaults
{
    /// <summary>The word of each fault. docs/auditors/event-model.md lists them; a test compares both.</summary>
    public static FrozenDictionary<PageFault, string> Slugs { get; } = new Dictionary<PageFault, string>
    {
        [PageFault.UnknownClient] = "unknown-client",
        [PageFault.WrongRedirect] = "wrong-redirect",
        [PageFault.BadRequest] = "bad-request",
        [PageFault.AlreadyUsed] = "already-used",
        [PageFault.OtherBrowser] = "other-browser",
        [PageFault.ForeignForm] = "foreign-form",
        [PageFault.SignInFailed] = "sign-in-failed",
        [PageFault.ProviderUnavailable] = "provider-unavailable",
        [PageFault.NotPermitted] = "not-permitted",
        [PageFault.TooMany] = "too-many",
        [PageFault.Internal] = "internal",
    }.ToFrozenDictionary();

    /// <summary>Returns the word of a fault.</summary>
    public static string SlugOf(PageFault fault) => Slugs[fault];
}
