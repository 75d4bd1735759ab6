using Gatehouse.Policy.Matching;

namespace Gatehouse.Gateway.Approvals;

/// <summary>The folders by which a remembered answer is found for a path.</summary>
internal class RememberedFolders
{
    /// <summary>Returns the path and the folders that contain it, the path first; none for a text that servers read differently.</summary>
    /// <param name="text">The path or URI, as the call has it.</param>
    public virtual IReadOnlyList<string> Of(string text) => PlainPath.TryRead(text, out var path) ? [.. path.Folders()] : [];
}
