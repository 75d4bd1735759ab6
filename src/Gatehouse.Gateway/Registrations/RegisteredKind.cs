namespace Gatehouse.Gateway.Registrations;

/// <summary>The program that an application is registered for in a tenant of Entra ID.</summary>
internal enum RegisteredKind
{
    /// <summary>A local server over stdio: a public client on the machine of a person, which keeps no secret.</summary>
    Local,

    /// <summary>A remote server over HTTP: a confidential client that signs people in and calls Microsoft Graph on their behalf.</summary>
    Remote,

    /// <summary>A gateway: a confidential client that signs people in, and may ask Microsoft Graph about assignments for itself.</summary>
    Gateway,
}
