using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The log that an attempt to open began, while its first files cannot be written. Its name and keys are on stable storage already, and a further
/// attempt takes them. The threat: with a full volume, each attempt would leave keys of its own, and attempts follow one another with every entry
/// (CWE-400).
/// </summary>
internal sealed class LogBeginning : IDisposable
{
    private int number;
    private string origin = "";
    private IReadOnlyList<NoteSigner> signers = [];

    /// <summary>Returns the name and the keys of the log with a number: those of the attempt before, or new ones.</summary>
    /// <param name="wanted">The number.</param>
    /// <param name="keys">Makes new ones.</param>
    /// <exception cref="IOException">The keys cannot be stored.</exception>
    public (string Origin, IReadOnlyList<NoteSigner> Signers) Of(int wanted, ILogKeys keys)
    {
        if (number == wanted) return (origin, signers);
        Dispose();
        var name = keys.NewOrigin();
        (signers, origin, number) = (keys.Create(name), name, wanted);
        return (origin, signers);
    }

    /// <summary>The log is open, and its keys belong to it.</summary>
    public void Finish() => (number, origin, signers) = (0, "", []);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var signer in signers) signer.Dispose();
        Finish();
    }
}
