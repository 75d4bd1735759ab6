namespace Gatehouse.Pipeline;

/// <summary>Name of a part of a composed pipeline, with the type that whatever is composed under it has.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="Text">The name, unique among all parts.</param>
internal sealed record PartName<T>(string Text) where T : class;
