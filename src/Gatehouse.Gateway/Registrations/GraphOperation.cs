namespace Gatehouse.Gateway.Registrations;

/// <summary>Something that a tool does with Microsoft Graph, and the smallest permission for it.</summary>
/// <param name="Names">Names of the operation and of tools of the samples that do it.</param>
/// <param name="Request">The method and path of the request.</param>
/// <param name="Permission">The name of the smallest permission.</param>
internal sealed record GraphOperation(IReadOnlyList<string> Names, string Request, string Permission)
{
    /// <summary>Whether a gateway does it for itself, with a permission of the application. All others act for a person who signed in.</summary>
    public bool IsOfGateway { get; init; }
}
