using System.Text.Json.Nodes;

namespace Gatehouse.Audit.Verifier;

/// <summary>The output of a command. Lines may hold text of a log, which others chose: the output escapes it.</summary>
internal interface IShown
{
    /// <summary>Writes one line of data.</summary>
    void Row(string line);

    /// <summary>Writes one line beside the data.</summary>
    void Note(string line);

    /// <summary>Writes what is wrong, with the remedy.</summary>
    void Fault(string line, string remedy);

    /// <summary>Writes an object with its version and kind.</summary>
    void Json(string kind, JsonNode value);
}
