namespace EntraStandIn;

/// <summary>The permissions of Microsoft Graph that the stand-in knows, by the ids of the permissions reference.</summary>
public static class GraphPermissions
{
    /// <summary>Microsoft Graph, as an application.</summary>
    public const string AppId = "00000003-0000-0000-c000-000000000000";

    /// <summary>The resource of its scopes, whatever address it is reached at.</summary>
    public const string Resource = "https://graph.microsoft.com";

    /// <summary>Delegated permissions; some need the consent of an administrator.</summary>
    public static IReadOnlyDictionary<string, (string Id, bool NeedsAdmin)> Delegated { get; } =
        new Dictionary<string, (string, bool)>(StringComparer.Ordinal)
        {
            ["User.Read"] = ("e1fe6dd8-ba31-4d61-89e7-88639da4683d", false),
            ["User.ReadBasic.All"] = ("b340eb25-3456-403f-be2f-af7a0d370277", false),
            ["User.ReadWrite"] = ("b4e74841-8e56-480b-be8b-910348b18b4c", false),
            ["User.Read.All"] = ("a154be20-db9c-4678-8ab7-66f6cc099a59", true),
            ["Mail.Read"] = ("570282fd-fa5c-430d-a7fd-fc8dc98a9dca", false),
            ["Mail.ReadWrite"] = ("024d486e-b451-40bb-833d-3e66d98c5c73", false),
            ["Files.ReadWrite.All"] = ("863451e7-0667-486c-a5d6-d135439485f0", false),
            ["Directory.ReadWrite.All"] = ("c5366453-9fb0-48a5-a156-24f0c49a4b84", true),
            ["Application.Read.All"] = ("c79f8feb-a9db-4090-85f9-90d820caa0eb", true),
        };

    /// <summary>Application permissions, and their ids. All of them need the consent of an administrator.</summary>
    public static IReadOnlyDictionary<string, string> Application { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Application.Read.All"] = "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
        ["User.Read.All"] = "df021288-bdef-4463-88db-98f22de89214",
        ["PrivilegedAssignmentSchedule.Read.AzureADGroup"] = "cd4161cb-f098-48f8-a884-1eda9a42434c",
        ["RoleAssignmentSchedule.Read.Directory"] = "d5fe8ce8-684c-4c83-a52c-46e882ce4be1",
    };
}
