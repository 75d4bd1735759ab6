using Gatehouse.Evaluation;

return Evaluation.Run(args);
