using System.Collections.Frozen;

namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// The table of what tools do with Microsoft Graph and of the smallest permission for it, and the ids of permissions. The page
/// <c>docs/guides/entra/permissions.md</c> is made of it.
/// </summary>
/// <remarks>
/// "Microsoft Graph permissions reference" and the section "Permissions" of each operation, learn.microsoft.com. The same data are published in
/// microsoftgraph/microsoft-graph-devx-content, where they were read.
/// </remarks>
internal static class GraphPermissions
{
    /// <summary>Application id of Microsoft Graph, the same in every tenant.</summary>
    public static readonly Guid Graph = new("00000003-0000-0000-c000-000000000000");

    /// <summary>Application id of Azure AD Graph, which Microsoft retired.</summary>
    public static readonly Guid RetiredGraph = new("00000002-0000-0000-c000-000000000000");

    /// <summary>Scopes of a sign-in itself. They give no data but those of the ID token, and a refresh token.</summary>
    public static readonly FrozenSet<string> SignIn =
        FrozenSet.ToFrozenSet(["openid", "profile", "email", "offline_access"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The operations.</summary>
    public static IReadOnlyList<GraphOperation> Operations { get; } =
    [
        ForPerson("GET /me", "User.Read", "my-profile", "GetUserDetailsFromGraph", "getUserDetails"),
        ForPerson("GET /me/memberOf", "User.Read", "my-groups"),
        ForPerson("GET /me/manager", "User.Read.All", "my-manager"),
        ForPerson("GET /users", "User.ReadBasic.All", "find-people"),
        ForPerson("GET /me/messages, without bodies", "Mail.ReadBasic", "list-mail"),
        ForPerson("GET /me/messages/{id}", "Mail.Read", "read-mail"),
        ForPerson("POST /me/messages", "Mail.ReadWrite", "draft-mail"),
        ForPerson("POST /me/sendMail", "Mail.Send", "send-mail"),
        ForPerson("GET /me/events, without bodies", "Calendars.ReadBasic", "list-events"),
        ForPerson("GET /me/events/{id}", "Calendars.Read", "read-events"),
        ForPerson("POST /me/events", "Calendars.ReadWrite", "add-event"),
        ForPerson("GET /me/drive/items/{id}/content", "Files.Read", "read-files"),
        ForPerson("PUT /me/drive/items/{id}/content", "Files.ReadWrite", "write-files"),
        ForPerson("GET /sites/{id}", "Sites.Read.All", "read-site"),
        ForPerson("GET /me/joinedTeams", "Team.ReadBasic.All", "list-teams"),
        ForPerson("GET /teams/{id}/channels", "Channel.ReadBasic.All", "list-channels"),
        ForPerson("GET /teams/{id}/channels/{id}/messages", "ChannelMessage.Read.All", "read-channel"),
        ForPerson("POST /teams/{id}/channels/{id}/messages", "ChannelMessage.Send", "post-to-channel"),
        ForPerson("GET /me/chats", "Chat.ReadBasic", "list-chats"),
        ForPerson("GET /me/todo/lists/{id}/tasks", "Tasks.Read", "list-tasks"),
        ForPerson("POST /me/todo/lists/{id}/tasks", "Tasks.ReadWrite", "add-task"),
        ForPerson("GET /me/contacts", "Contacts.Read", "read-contacts"),
        ForPerson("GET /me/people", "People.Read", "list-relevant-people"),
        ForPerson("GET /me/presence", "Presence.Read", "my-presence"),
        ForPerson("GET /auditLogs/signIns", "AuditLog.Read.All", "read-sign-ins"),
        ForGateway("GET /identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
            "PrivilegedAssignmentSchedule.Read.AzureADGroup", "pim-groups"),
        ForGateway("GET /roleManagement/directory/roleAssignmentScheduleInstances", "RoleAssignmentSchedule.Read.Directory", "pim-roles"),
        ForGateway("GET /applications(appId='{id}')", "Application.Read.All", "doctor-entra"),
    ];

    /// <summary>The permissions with a known id.</summary>
    public static IReadOnlyList<GraphPermission> All { get; } =
    [
        Of("openid", "37f7f235-527c-4136-accd-4a02d197296e", null),
        Of("profile", "14dad69e-099b-42c9-810b-d002981feec1", null),
        Of("email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", null),
        Of("offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", null),
        Of("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", null),
        Of("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "97235f07-e226-4f63-ace3-39588e11d3a1"),
        Of("User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", "df021288-bdef-4463-88db-98f22de89214"),
        Of("User.ReadWrite", "b4e74841-8e56-480b-be8b-910348b18b4c", null),
        Of("Mail.ReadBasic", "a4b8392a-d8d1-4954-a029-8e668a39a170", "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a"),
        Of("Mail.Read", "570282fd-fa5c-430d-a7fd-fc8dc98a9dca", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
        Of("Mail.ReadWrite", "024d486e-b451-40bb-833d-3e66d98c5c73", "e2a3a72e-5f79-4c64-b1b1-878b674786c9"),
        Of("Mail.Send", "e383f46e-2787-4529-855e-0e479a3ffac0", "b633e1c5-b582-4048-a93e-9f11b44c7e96"),
        Of("Calendars.ReadBasic", "662d75ba-a364-42ad-adee-f5f880ea4878", null),
        Of("Calendars.Read", "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42", "798ee544-9d2d-430c-a058-570e29e34338"),
        Of("Calendars.ReadWrite", "1ec239c2-d7c9-4623-a91a-a9775856bb36", "ef54d2bf-783f-4e0f-bca1-3210c0444d99"),
        Of("Files.Read", "10465720-29dd-4523-a11a-6a75c743c9d9", null),
        Of("Files.ReadWrite", "5c28f0bf-8a70-41f1-8ab2-9032436ddb65", null),
        Of("Files.Read.All", "df85f4d6-205c-4ac5-a5ea-6bf408dba283", "01d4889c-1287-42c6-ac1f-5d1e02578ef6"),
        Of("Sites.Selected", "f89c84ef-20d0-4b54-87e9-02e856d66d53", "883ea226-0bf2-4a8f-9f9d-92c9162a727d"),
        Of("Sites.Read.All", "205e70e5-aba6-4c52-a976-6d2d46c48043", "332a536c-c7ef-4017-ab91-336970924f0d"),
        Of("Team.ReadBasic.All", "485be79e-c497-4b35-9400-0e3fa7f2a5d4", "2280dda6-0bfd-44ee-a2f4-cb867cfc4c1e"),
        Of("Channel.ReadBasic.All", "9d8982ae-4365-4f57-95e9-d6032a4c0b87", "59a6b24b-4225-4393-8165-ebaec5f55d7a"),
        Of("ChannelMessage.Read.All", "767156cb-16ae-4d10-8f8b-41b657c8c8c8", "7b2449af-6ccd-4f4d-9f78-e550c193f0d1"),
        Of("ChannelMessage.Send", "ebf0f66e-9fb1-49e4-a278-222f76911cf4", null),
        Of("Chat.ReadBasic", "9547fcb5-d03f-419d-9948-5928bbf71b0f", null),
        Of("Chat.Read", "f501c180-9344-439a-bca0-6cbf209fd270", null),
        Of("Chat.ReadWrite", "9ff7295e-131b-4d94-90e1-69fde507ac11", null),
        Of("Tasks.Read", "f45671fb-e0fe-4b4b-be20-3d3ce43f1bcb", null),
        Of("Tasks.ReadWrite", "2219042f-cab5-40cc-b0d2-16b1540b4c5f", null),
        Of("Contacts.Read", "ff74d97f-43af-4b68-9f2a-b77ee6968c5d", "089fe4d0-434a-44c5-8827-41ba8a0b17f5"),
        Of("Contacts.ReadWrite", "d56682ec-c09e-4743-aaf4-1a3aac4caa21", "6918b873-d17a-4dc1-b314-35f528134491"),
        Of("People.Read", "ba47897c-39ec-4d83-8086-ee8256fa737d", null),
        Of("People.Read.All", "b89f9189-71a5-4e70-b041-9887f0bc7e4a", "b528084d-ad10-4598-8b93-929746b4d7d6"),
        Of("Presence.Read", "76bc735e-aecd-4a1d-8b4c-2b915deabb79", null),
        Of("Presence.Read.All", "9c7a330d-35b3-4aa1-963d-cb2b9f927841", "a70e0c2d-e793-494c-94c4-118fa0a67f42"),
        Of("Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d", "5b567255-7703-4780-807c-7be8301ae99b"),
        Of("GroupMember.Read.All", "bc024368-1153-4739-b217-4326f2e966d0", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
        Of("Organization.Read.All", "4908d5b9-3fb2-4b1e-9336-1888b7937185", "498476ce-e0fe-48b0-b801-37ba7e2685c6"),
        Of("AuditLog.Read.All", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "b0afded3-3588-46d8-8b3d-9842eff778da"),
        Of("Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
        Of("PrivilegedAssignmentSchedule.Read.AzureADGroup", "02a32cc4-7ab5-4b58-879a-0586e0f7c495", "cd4161cb-f098-48f8-a884-1eda9a42434c"),
        Of("RoleAssignmentSchedule.Read.Directory", "344a729c-0285-42c6-9014-f12b9b8d6129", "d5fe8ce8-684c-4c83-a52c-46e882ce4be1"),

        Wide("Directory.AccessAsUser.All", "0e263e50-5827-48a4-b97c-d940288653c7", null),
        Wide("Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
        Wide("Directory.ReadWrite.All", "c5366453-9fb0-48a5-a156-24f0c49a4b84", "19dbc75e-c2e2-444c-a770-ec69d8559fc7"),
        Wide("RoleManagement.ReadWrite.Directory", "d01b97e9-cbc0-49fe-810a-750afd5527a3", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"),
        Wide("Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"),
        Wide("Application.ReadWrite.OwnedBy", null, "18a4783c-866b-4cc7-a460-3d5e5662c884"),
        Wide("AppRoleAssignment.ReadWrite.All", "84bccea3-f856-4a8a-967b-dbe0a3d53a64", "06b708a9-e830-4db3-a914-8e69da51d44f"),
        Wide("DelegatedPermissionGrant.ReadWrite.All", "41ce6ca6-6826-4807-84f1-1c82854f7ee5", "8e8e4742-1d95-4f68-9d56-6ee75648c72a"),
        Wide("Policy.ReadWrite.ConditionalAccess", "ad902697-1014-4ef5-81ef-2b4301988e8c", "01c0a623-fc9b-48e9-b794-0756f8e8f067"),
        Wide("UserAuthenticationMethod.ReadWrite.All", "b7887744-6746-4312-813d-72daeaee7e2d", "50483e42-d915-4231-9639-7fdb7fd190e5"),
        Wide("EntitlementManagement.ReadWrite.All", "ae7a573d-81d7-432b-ad44-4ed5c9d89038", "9acd699f-1e81-4958-b001-93b1d2506e19"),
        Wide("User.ReadWrite.All", "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4", "741f803b-c850-494e-b5df-cde7c675a1ca"),
        Wide("Group.ReadWrite.All", "4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "62a82d76-70ea-41e2-9197-370581804d09"),
        Wide("GroupMember.ReadWrite.All", "f81125ac-d3b7-4573-a3b2-7099cc39df9e", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695"),
        Wide("Files.ReadWrite.All", "863451e7-0667-486c-a5d6-d135439485f0", "75359482-378d-4052-8f01-80520e7db3cd"),
        Wide("Sites.ReadWrite.All", "89fe6a52-be36-487e-b7d8-d061c450a026", "9492366f-7969-46a4-8d15-ed1a20078fff"),
        Wide("Sites.FullControl.All", "5a54b8b3-347c-476d-8f8e-42d5c7424d29", "a82116e5-55eb-4c41-a434-62fe8a61c773"),
    ];

    private static readonly FrozenDictionary<Guid, GraphPermission> DelegatedIds =
        All.Where(static one => one.Delegated is not null).ToFrozenDictionary(static one => one.Delegated!.Value);

    private static readonly FrozenDictionary<Guid, GraphPermission> ApplicationIds =
        All.Where(static one => one.Application is not null).ToFrozenDictionary(static one => one.Application!.Value);

    private static readonly FrozenDictionary<string, GraphPermission> Names =
        All.ToFrozenDictionary(static one => one.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the permission with an id; null for an unknown one.</summary>
    public static GraphPermission? Of(Guid id, bool isApplication) => (isApplication ? ApplicationIds : DelegatedIds).GetValueOrDefault(id);

    /// <summary>Returns the permission with a name; null for an unknown one. Microsoft compares names without regard to case.</summary>
    public static GraphPermission? Of(string name) => Names.GetValueOrDefault(name);

    /// <summary>Returns the operation with a name; null for an unknown one.</summary>
    public static GraphOperation? OperationOf(string name) =>
        Operations.FirstOrDefault(one => one.Names.Contains(name, StringComparer.Ordinal));

    private static GraphOperation ForPerson(string request, string permission, params string[] names) => new(names, request, permission);

    private static GraphOperation ForGateway(string request, string permission, params string[] names) =>
        new(names, request, permission) { IsOfGateway = true };

    private static GraphPermission Of(string name, string? delegated, string? application) =>
        new(name, delegated is null ? null : new Guid(delegated), application is null ? null : new Guid(application));

    private static GraphPermission Wide(string name, string? delegated, string? application) =>
        Of(name, delegated, application) with { IsWide = true };
}
