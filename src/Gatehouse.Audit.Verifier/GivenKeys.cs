using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Verifier;

/// <summary>The verifier keys of a command line.</summary>
/// <param name="Keys">Keys that were given as text, or in a file outside of every log.</param>
/// <param name="BesideLog">Keys from files in the folder of a log.</param>
internal sealed record GivenKeys(IReadOnlyList<NoteKey> Keys, IReadOnlyList<KeyBesideLog> BesideLog);
