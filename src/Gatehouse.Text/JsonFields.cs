using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Gatehouse.Text;

/// <summary>The members of a JSON object, for an object initializer. A member without a value is left out.</summary>
/// <remarks>The values are nodes, because machine code has no reflection that could read the properties of an object.</remarks>
public sealed class JsonFields
{
    private readonly JsonObject members = [];

    /// <summary>A member. It is absent, and is not added, where its value is null.</summary>
    /// <param name="name">Name of the member, as it is written.</param>
    public JsonNode? this[string name]
    {
        get => members[name];
        set
        {
            if (value is not null) members.Add(name, value);
        }
    }

    /// <summary>Returns the object with the members, in the order in which they were added; null for null.</summary>
    [return: NotNullIfNotNull(nameof(members))]
    public static implicit operator JsonObject?(JsonFields? members) => members?.members;
}
