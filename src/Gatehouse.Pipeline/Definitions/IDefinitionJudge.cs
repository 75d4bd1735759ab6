namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// One opinion on whether a definition may be seen. A definition is seen when every judge of the snapshot says so. A judge is
/// asked once for each definition that the catalogue has, not for each caller or call: what it says holds for all of them.
/// Judges are used by several threads at once.
/// </summary>
public interface IDefinitionJudge
{
    /// <summary>Slug of the judge, for the record.</summary>
    string Name { get; }

    /// <summary>Judges one definition. It asks nobody and waits for nothing.</summary>
    DefinitionVerdict Judge(in DefinitionQuestion question);
}
