using static Gatehouse.Gateway.Registrations.RegistrationVerdict;

namespace Gatehouse.Gateway.Registrations;

/// <summary>Rules about the form of a registration: what cannot be read was not judged, and counts as a fault (CWE-636).</summary>
internal static class FormRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<RegistrationRule> All { get; } =
    [
        new("incomplete", Fails, "a member that Microsoft Graph always gives is absent",
            "A selection of members (`$select`, `--query`) hides what the doctor would find.", "Save the whole object with the command.")
        {
            Find = static one => one.App.Absent.Select(path => (path, "the member is absent, so that it was not judged: save the whole object",
                Save(one, path))),
        },
        new("unreadable", Fails, "a member has another type than Microsoft Graph documents",
            "What cannot be read was not judged.", "Save the object again, with `az`, and do not edit it.")
        {
            Find = static one => one.App.Unreadable.Select(path =>
                (path, "the member has another form than Microsoft Graph documents, so that it was not judged", Save(one, path))),
        },
    ];

    private static string Save(Examination one, string path) => "az ad app " + (
        path.StartsWith("$.federatedIdentityCredentials", StringComparison.Ordinal) ? "federated-credential list"
        : path.StartsWith("$.grants", StringComparison.Ordinal) ? "permission list-grants" : "show") + $" --id {one.Id}";
}
