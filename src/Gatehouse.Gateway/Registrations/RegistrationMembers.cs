using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// Reads members of a JSON object that comes from outside, and keeps the paths of members that are absent or of another type, so that no check passes
/// because its member could not be read (CWE-636).
/// </summary>
internal sealed class RegistrationMembers
{
    private readonly List<string> absent = [];
    private readonly List<string> unreadable = [];

    /// <summary>Paths of members that were required and are not there.</summary>
    public IReadOnlyList<string> Absent => absent;

    /// <summary>Paths of members of another type.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Returns a text; null where it is absent.</summary>
    public string? Text(JsonElement parent, string path, string name, bool isRequired = false) =>
        Find(parent, path, name, JsonValueKind.String, isRequired) is { } value ? value.GetString() : null;

    /// <summary>Returns an id; null where it is absent.</summary>
    public Guid? Id(JsonElement parent, string path, string name, bool isRequired = false)
    {
        return Text(parent, path, name, isRequired) is { } text ? IdOf(text, $"{path}.{name}") : null;
    }

    /// <summary>Returns a text as an id; null for another text.</summary>
    public Guid? IdOf(string text, string path)
    {
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        unreadable.Add(path);
        return null;
    }

    /// <summary>Returns a moment; null where it is absent.</summary>
    public DateTimeOffset? Moment(JsonElement parent, string path, string name)
    {
        if (Text(parent, path, name) is not { } text) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        unreadable.Add($"{path}.{name}");
        return null;
    }

    /// <summary>Notes a member that Microsoft Graph always gives, be it null, and that is absent.</summary>
    public void Require(JsonElement parent, string path, string name)
    {
        if (!parent.TryGetProperty(name, out _)) absent.Add($"{path}.{name}");
    }

    /// <summary>Returns a whole number; null for null.</summary>
    public int? Number(JsonElement parent, string path, string name)
    {
        Require(parent, path, name);
        if (Find(parent, path, name, JsonValueKind.Number, isRequired: false) is not { } value) return null;
        if (value.TryGetInt32(out var number)) return number;
        unreadable.Add($"{path}.{name}");
        return null;
    }

    /// <summary>Returns whether a flag is set. Null is not.</summary>
    public bool IsSet(JsonElement parent, string path, string name)
    {
        Require(parent, path, name);
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False) return false;
        if (value.ValueKind == JsonValueKind.True) return true;
        unreadable.Add($"{path}.{name}");
        return false;
    }

    /// <summary>Returns an object; null where it is absent.</summary>
    public JsonElement? Part(JsonElement parent, string path, string name, bool isRequired = false) =>
        Find(parent, path, name, JsonValueKind.Object, isRequired);

    /// <summary>Returns the elements of a list that have a type, with their paths.</summary>
    public IEnumerable<(JsonElement Value, string Path)> Items(
        JsonElement parent, string path, string name, JsonValueKind kind, bool isRequired = false) =>
        Find(parent, path, name, JsonValueKind.Array, isRequired) is { } list ? ItemsOf(list, $"{path}.{name}", kind) : [];

    /// <summary>Returns the elements of a list that have a type, with their paths.</summary>
    public IEnumerable<(JsonElement Value, string Path)> ItemsOf(JsonElement list, string path, JsonValueKind kind)
    {
        foreach (var (at, value) in list.EnumerateArray().Index())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]");
            if (value.ValueKind == kind) yield return (value, place);
            else unreadable.Add(place);
        }
    }

    private JsonElement? Find(JsonElement parent, string path, string name, JsonValueKind kind, bool isRequired)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            if (isRequired) absent.Add($"{path}.{name}");
            return null;
        }

        if (value.ValueKind == kind) return value;
        if (value.ValueKind != JsonValueKind.Null || isRequired) unreadable.Add($"{path}.{name}");
        return null;
    }
}
