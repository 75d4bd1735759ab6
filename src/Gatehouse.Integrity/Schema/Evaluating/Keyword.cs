using System.Text.Json;

namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>One keyword, or a few that can only be read together, compiled. Immutable once its references are resolved.</summary>
internal abstract class Keyword(string name, string schemaPath)
{
    /// <summary>The keyword's name.</summary>
    public string Name { get; } = name;

    /// <summary>JSON Pointer of the keyword in its document.</summary>
    public string Path => $"{schemaPath}/{Name}";

    /// <summary>Applies it to a value.</summary>
    /// <param name="evaluation">The validation at hand; work is counted there.</param>
    /// <param name="instance">The value.</param>
    /// <param name="seen">Receives members and elements that were evaluated; null when no keyword needs them.</param>
    public abstract bool Apply(Evaluation evaluation, JsonElement instance, Evaluated? seen);
}
