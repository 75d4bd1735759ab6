using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about consents of people to clients.</summary>
internal static class ConsentWords
{
    public static ControlWords All { get; } = new(
        [
            new("consent.list", ["subject"], static request => new ListConsents(request.Subject)),
            new("consent.revoke", ["subject", "client", "resource", "reason"],
                static request => new RevokeConsent(request.Subject ?? "", request.Client ?? "", request.Resource, request.Reason ?? "")),
        ],
        static act => act switch
        {
            ListConsents list => new ControlRequest { Verb = "consent.list", Subject = list.Subject },
            RevokeConsent revoke => Of(revoke),
            _ => null,
        });

    private static ControlRequest Of(RevokeConsent revoke) => new()
    {
        Verb = "consent.revoke",
        Subject = revoke.Subject,
        Client = revoke.Client,
        Resource = revoke.Resource,
        Reason = OrNull(revoke.Reason),
    };
}
