using System.Collections.Concurrent;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>The templates, each evaluated once with the parameters beside it.</summary>
public sealed class EvaluatedTemplates : IDisposable
{
    private readonly DirectoryInfo folder = Bicep.Copy();
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<ArmResource>>>> evaluated = new(StringComparer.Ordinal);

    /// <summary>Returns the resources of a deployment, with the apps.</summary>
    /// <param name="template">Its template without <c>.bicep</c>.</param>
    internal Task<IReadOnlyList<ArmResource>> OfAsync(string template) =>
        evaluated.GetOrAdd(template, name => new Lazy<Task<IReadOnlyList<ArmResource>>>(() => EvaluateAsync(name))).Value;

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<IReadOnlyList<ArmResource>> EvaluateAsync(string template)
    {
        var parameters = Path.Join(folder.FullName, template + ".bicepparam");
        var text = await File.ReadAllTextAsync(parameters);
        await File.WriteAllTextAsync(parameters, text.Replace("param apps = false", "param apps = true", StringComparison.Ordinal));
        return await Bicep.EvaluateAsync(parameters);
    }
}
