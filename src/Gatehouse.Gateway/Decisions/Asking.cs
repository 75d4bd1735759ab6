namespace Gatehouse.Gateway.Decisions;

/// <summary>A question with what it is remembered by.</summary>
internal readonly record struct Asking(QuestionKey Key, Question Question);
