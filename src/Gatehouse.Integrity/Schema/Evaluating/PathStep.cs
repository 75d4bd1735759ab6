using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>One level of the way into a value. The name is read only when a fault is reported.</summary>
internal readonly record struct PathStep(JsonProperty Member, int Index)
{
    public string Segment => Index >= 0 ? Index.ToString(System.Globalization.CultureInfo.InvariantCulture) : Member.Name;
}
