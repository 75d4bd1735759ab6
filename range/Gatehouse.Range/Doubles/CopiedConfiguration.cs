using System.Globalization;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>Copies of each configuration in a folder, and a log that says that there was a reload.</summary>
internal sealed class CopiedConfiguration(
    string folder, string policy, Func<string, string> textFor, Func<Task> reloadAsync, Func<Task<IReadOnlyCollection<string>>> logged)
    : IVersionedConfiguration
{
    private int changes;

    public async Task<string> ApplyAsync(string person)
    {
        await File.WriteAllTextAsync(policy, textFor(person)).ConfigureAwait(false);
        var name = string.Create(CultureInfo.InvariantCulture, $"policy-{++changes}");
        File.Copy(policy, Copy(name));
        await reloadAsync().ConfigureAwait(false);
        return name;
    }

    public Task<IReadOnlyCollection<string>> NamedByLogAsync() => logged();

    public void ExchangeCopy(string of, string by) => File.Copy(Copy(by), Copy(of), overwrite: true);

    public async Task RollBackAsync(string name)
    {
        File.Copy(Copy(name), policy, overwrite: true);
        await reloadAsync().ConfigureAwait(false);
    }

    public string Policy() => File.ReadAllText(policy);

    private string Copy(string name) => Path.Combine(folder, name);
}
